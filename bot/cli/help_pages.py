"""How the help of a command looks: flags without a type, and the editor's pages in French."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typer.core import TyperCommand, TyperGroup

from bot.cli.french_errors import tell_misuse_in_french

if TYPE_CHECKING:
    import typer
    from typer._click import Context, HelpFormatter, Parameter

_FRENCH = {
    "Show this message and exit.": "Affiche cette aide.",
    "[required]": "[obligatoire]",
    "[default: ": "[par défaut : ",
}


class PlainFlags(TyperCommand):
    """A command whose flags are shown without a type: they take no value."""

    def get_params(self, ctx: Context) -> list[Parameter]:
        """The parameters, ``--help`` among them."""
        return _without_types(super().get_params(ctx))


class PlainGroup(TyperGroup):
    """A group of commands, as :class:`PlainFlags`."""

    def get_params(self, ctx: Context) -> list[Parameter]:
        """The parameters, ``--help`` among them."""
        return _without_types(super().get_params(ctx))


class FrenchCommand(PlainFlags):
    """A command whose help is in French from its first word to its last, and what it refuses."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: Context | None = None, **extra: object
    ) -> Context:
        """Read the arguments."""
        with tell_misuse_in_french(_path(info_name, parent)):
            return super().make_context(info_name, args, parent, **extra)

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the page; the boxes of the library have English titles."""
        self.rich_markup_mode = None
        super().format_help(ctx, formatter)

    def format_options(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write arguments and options."""
        _write_parameters(self.get_params(ctx), ctx, formatter)


class FrenchGroup(PlainGroup):
    """A group whose help is in French, and what it refuses."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: Context | None = None, **extra: object
    ) -> Context:
        """Read what stands before the command."""
        with tell_misuse_in_french(_path(info_name, parent)):
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: Context) -> object:
        """Run the command that is named, if there is one."""
        with tell_misuse_in_french(ctx.command_path, self.list_commands(ctx)):
            return super().invoke(ctx)

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the page, as :class:`FrenchCommand` does."""
        self.rich_markup_mode = None
        super().format_help(ctx, formatter)

    def format_options(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write options, then the commands."""
        _write_parameters(self.get_params(ctx), ctx, formatter)
        commands = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        with formatter.section("Commandes"):
            formatter.write_dl(
                [(name, one.get_short_help_str(90)) for name, one in commands if one]
            )


def _path(name: str | None, parent: Context | None) -> str:
    """How a command is called, from the program's name on."""
    return f"{parent.command_path} {name}" if parent else str(name)


def show_flags_plainly(app: typer.Typer) -> None:
    """Let every command and group of ``app`` that has no class of its own show flags plainly."""
    for command in app.registered_commands:
        command.cls = command.cls if command.cls not in {None, TyperCommand} else PlainFlags
    for group in app.registered_groups:
        if (below := group.typer_instance) is not None:
            if getattr(below.info.cls, "value", below.info.cls) in {None, TyperGroup}:
                below.info.cls = PlainGroup
            show_flags_plainly(below)


def _without_types(params: list[Parameter]) -> list[Parameter]:
    for param in params:
        if getattr(param, "is_flag", False) and param.metavar is None:
            param.metavar = ""
    return params


def _write_parameters(params: list[Parameter], ctx: Context, formatter: HelpFormatter) -> None:
    for kind, title in (("argument", "Arguments"), ("option", "Options")):
        found = [param.get_help_record(ctx) for param in params if param.param_type_name == kind]
        rows = [(name, _in_french(text)) for name, text in filter(None, found)]
        if rows:
            with formatter.section(title):
                formatter.write_dl(rows)


def _in_french(text: str) -> str:
    for english, french in _FRENCH.items():
        text = text.replace(english, french)
    return text
