"""Programs that must be refused by the compiler, each with the sentence that helps its writer.

Every must_not_compile/*.cpp begins with "// refused with: SENTENCE". Compiled as it stands it must
fail with that sentence in the compiler's words; compiled with -DFIXED, which replaces the wrong
line by a right one (#ifdef FIXED), it must be accepted, so that the refusal has that reason and no
other. Not here: programs that compile and then fail. Kept true: a program that is wrongly accepted
is found, which is tried with planted ones. Internal to tests/house/.
"""

import tempfile
from pathlib import Path

from tree import ROOT, compile_only, finish, in_parallel

START = "// refused with: "


def judge(program):
    first = program.read_text().splitlines()[0]
    if not first.startswith(START):
        return [f"{program.name}: the first line is not '{START}SENTENCE'"]
    sentence = first.removeprefix(START).strip()
    wrong = []
    accepted, output = compile_only(str(program))
    if accepted:
        wrong.append(f"{program.name}: was accepted, but is to be refused with: {sentence}")
    elif sentence not in output:
        wrong.append(f"{program.name}: was refused, but not with: {sentence}\n{output}")
    accepted, output = compile_only("-DFIXED", str(program))
    if not accepted:
        wrong.append(f"{program.name}: is refused even with its line put right:\n{output}")
    return wrong


def planted():
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder, "planted.cpp")
        for text in ("int main() {}\n", "int main() { return none; }\n",
                     'static_assert(false, "no numbers");\nint main() {}\n'):
            program.write_text(START + "no numbers\n" + text)
            if not judge(program):
                yield f"was not noticed: {text}"


if __name__ == "__main__":
    programs = sorted(Path(ROOT, "tests/house/must_not_compile").glob("*.cpp"))
    wrong = [*planted(), *in_parallel(judge, programs)]
    if not programs:
        wrong.append("there is no program at all")
    finish(wrong, f"{len(programs)} programs that must not compile")
