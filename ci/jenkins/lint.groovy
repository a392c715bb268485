// msvc lint as a stage of a declarative Jenkinsfile; needs Node 20.19 or newer on the agent and the JUnit plugin.
stage('Lint') {
  options { timeout(time: 10, unit: 'MINUTES') }
  steps {
    sh 'npx --yes --package=create-microservice@0.1.0 msvc lint --format pretty --format junit=msvc-lint.xml'
  }
  post {
    always { junit testResults: 'msvc-lint.xml', allowEmptyResults: true }
  }
}
