"""How configuration is read: from the environment, validated as a whole, with one message for all mistakes.

Every variable ``NAME`` may be given as ``NAME_FILE`` instead: the path of a file that holds the
value, which is how Compose, Kubernetes and systemd hand over secrets.
"""

import os
from pathlib import Path
from typing import Any, Self

import pydantic
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict


class ConfigurationError(Exception):
    """The environment lacks variables or holds wrong ones; the message lists them all."""


class Configuration(BaseSettings):
    """Base of the settings: one field, one variable."""

    model_config = SettingsConfigDict(
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        use_attribute_docstrings=True,
        validate_default=True,
    )

    @classmethod
    def load(cls) -> Self:
        """Read the environment.

        Raises:
            ConfigurationError: with every variable that is missing or wrong.
        """
        try:
            return cls()
        except pydantic.ValidationError as error:
            problems = [f"  {_variable(e['loc'])}: {e['msg'].removeprefix('Value error, ')}" for e in error.errors()]
            raise ConfigurationError("\n".join(["Configuration errors:", *problems])) from None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, _SecretFiles(settings_cls)


def required_in(*environments: str) -> pydantic.AfterValidator:
    """Mark a field that must be given where APP_ENV is one of the environments."""

    def check(value: Any, info: pydantic.ValidationInfo) -> Any:
        if value is None and info.data.get("app_env") in environments:
            raise ValueError(f"required where APP_ENV is {info.data['app_env']}")
        return value

    return pydantic.AfterValidator(check)


class _SecretFiles(PydanticBaseSettingsSource):
    """Reads ``NAME`` from the file that ``NAME_FILE`` names."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        path = os.environ.get(f"{field_name}_file".upper())
        if path is None:
            return None, field_name, False
        try:
            return Path(path).read_text(encoding="utf-8").strip(), field_name, False
        except OSError as error:
            raise ConfigurationError(f"{field_name.upper()}_FILE: {error}") from error

    def __call__(self) -> dict[str, Any]:
        values = {name: self.get_field_value(f, name)[0] for name, f in self.settings_cls.model_fields.items()}
        return {name: value for name, value in values.items() if value is not None}


def _variable(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location).upper()
