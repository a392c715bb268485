pytest_plugins = ["tests.storage", "tests.application", "tests.process"]
