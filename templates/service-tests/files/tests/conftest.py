pytest_plugins = ["tests.application", "tests.process", "tests.storage"]
