"""Contracts of our own for import-linter (``[tool.importlinter]`` in ``pyproject.toml``).

import-linter's own contracts know names and packages. These look at what a module is: an *edge*
of a room, where HTTP or the command line comes in, is told by what it defines, so that no list of
names has to be kept; and a *room* is any package that is not named as ground.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, cast

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, output
from importlinter.domain import fields

Edge = Literal["routes", "commands"]


def edge_of(source: str) -> Edge | None:
    """Tell what comes in at a module: requests (``router = …``), commands, or nothing."""
    for statement in ast.parse(source).body:
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id="router")])
                | ast.AnnAssign(target=ast.Name(id="router"), value=ast.expr())
            ):
                return "routes"
            case (
                ast.Assign(targets=[ast.Name(id="app")], value=ast.Call(func=called))
                | ast.AnnAssign(target=ast.Name(id="app"), value=ast.Call(func=called))
            ):
                if ast.unparse(called) == "typer.Typer":
                    return "commands"
            case ast.FunctionDef(name="register", args=ast.arguments(args=[argument])):
                if argument.annotation and ast.unparse(argument.annotation) == "typer.Typer":
                    return "commands"
    return None


def edges(package: str) -> dict[str, Edge]:
    """Return the edges of all rooms of a package, by the names of their modules."""
    spec = find_spec(package)
    assert spec is not None and spec.submodule_search_locations
    folder = Path(next(iter(spec.submodule_search_locations)))
    found = {}
    for path in folder.glob("*/**/*.py"):
        edge = edge_of(path.read_text("utf-8"))
        if edge is not None:
            found[".".join((package, *path.relative_to(folder).with_suffix("").parts))] = edge
    return found


def room_of(module: str) -> str:
    """Return the room of a module: ``catalog_service.datasets`` of anything below it."""
    return ".".join(module.split(".")[:2])


class EdgesContract(Contract):
    """Nobody imports an edge of a room but its ``room.py``.

    Groups of commands may be nested, and the command line itself (``main``) has commands that run
    the whole, which no room can offer.
    """

    type_name = "edges"
    package = fields.StringField()

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Return the imports of edges that break the contract."""
        found = edges(str(self.package))
        broken = []
        for edge, kind in found.items():
            if edge not in graph.modules:
                continue
            for importer in sorted(graph.find_modules_that_directly_import(edge)):
                nested = kind == "commands" and found.get(importer) == "commands"
                at_home = room_of(importer) == room_of(edge)
                if at_home and (nested or importer == f"{room_of(edge)}.room"):
                    continue
                if kind == "commands" and importer == f"{self.package}.main":
                    continue
                broken.append((importer, edge))
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Say who imports what, and what to do instead."""
        for importer, edge in cast("list[tuple[str, str]]", check.metadata["broken"]):
            output.print_error(f"{importer} imports {edge}: what both need belongs into a service")


class ServicesContract(Contract):
    """A room imports of another room its service, model and errors, and no other module.

    ``shared`` names the packages that are no rooms: the ground, and what requests, pages and
    commands share. Modules of the package itself (settings, the composition root) are free, too.
    """

    type_name = "services"
    package = fields.StringField()
    shared = fields.ListField(subfield=fields.StringField())
    open_modules = ("service", "model", "errors")
    """What a room shows to others, beside what its ``__init__`` offers."""

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Return the imports that break the contract."""
        rooms = graph.find_children(str(self.package)) - set(cast("list[str]", self.shared))
        rooms = {room for room in rooms if graph.find_children(room)}
        broken = [
            (importer, imported)
            for room in sorted(rooms)
            for importer in sorted({room} | graph.find_descendants(room))
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if room_of(imported) in rooms - {room} and not self._is_open(imported)
        ]
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def _is_open(self, module: str) -> bool:
        return module == room_of(module) or module in {
            f"{room_of(module)}.{name}" for name in self.open_modules
        }

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Say who imports what, and what to do instead."""
        for importer, imported in cast("list[tuple[str, str]]", check.metadata["broken"]):
            output.print_error(
                f"{importer} imports {imported}: of another room use its service, or move what "
                "both need to where neither is"
            )


class NoCirclesContract(Contract):
    """No module imports, by whatever way round, a module that imports it."""

    type_name = "no_circles"

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Return the first circle, if there is one."""
        imports = {m: graph.find_modules_directly_imported_by(m) for m in graph.modules}
        try:
            TopologicalSorter(cast("Mapping[str, set[str]]", imports)).prepare()
        except CycleError as error:
            return ContractCheck(kept=False, metadata={"circle": error.args[1]})
        return ContractCheck(kept=True)

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Say which modules import each other in a circle."""
        circle = cast("list[str]", check.metadata["circle"])
        output.print_error(" imports ".join(reversed(circle)))


class NoPackageCirclesContract(Contract):
    """Of the modules and packages in one package none imports, by whatever way, what imports it.

    A package counts with all that is in it, so that this says more than `NoCirclesContract`.
    ``apart`` names packages whose members may know each other, such as the rooms of the service.
    """

    type_name = "no_package_circles"
    apart = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Return a circle of each package that has one."""
        found = []
        for package in sorted(graph.modules - set(cast("list[str]", self.apart))):
            if graph.is_module_squashed(package):
                continue
            members = {
                module: member
                for member in graph.find_children(package)
                for module in {member} | graph.find_descendants(member)
            }
            imports: dict[str, set[str]] = {member: set() for member in members.values()}
            for module, member in members.items():
                for imported in graph.find_modules_directly_imported_by(module):
                    if members.get(imported, member) != member:
                        imports[member].add(members[imported])
            try:
                TopologicalSorter(imports).prepare()
            except CycleError as error:
                found.append(error.args[1])
        return ContractCheck(kept=not found, metadata={"circles": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Say which packages and modules import each other in a circle."""
        for circle in cast("list[list[str]]", check.metadata["circles"]):
            output.print_error(" imports ".join(reversed(circle)))
