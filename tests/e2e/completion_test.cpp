// What a shell offers when the tabulator key is pressed.

#include <gmock/gmock.h>

#include "child_process.h"
#include "command_line.h"
#include "temp_folder.h"

namespace swiftgrid::e2e {
namespace {

using testing::HasSubstr;

// `typed` is what stands on the line, as words of bash; the last one is under way.
std::string offered_by_bash(const std::string& typed) {
    const TempFolder folder;
    const CommandResult script = run_command({"completion", "bash"});
    EXPECT_EQ(script.exit_code, 0) << script.err;
    const std::string program = script.out + "\nCOMP_WORDS=(" + typed +
                                ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_swiftgrid\n"
                                "echo \"${COMPREPLY[@]}\"\n";
    ChildProcess bash({.arguments = {"/bin/bash", folder.write("program", program)},
                       .stdout_file = folder.file("out"),
                       .stderr_file = folder.file("err"),
                       .stdin_file = folder.write("in", "")});
    EXPECT_EQ(bash.wait(), 0) << read_text(folder.file("err"));
    return read_text(folder.file("out"));
}

TEST(Completion, OffersCommandsAndTheirOptionsInBash) {
    EXPECT_EQ(offered_by_bash("swiftgrid se"), "serve secrets\n");
    EXPECT_EQ(offered_by_bash("swiftgrid secrets ro"), "rotate-key\n");
    EXPECT_EQ(offered_by_bash("swiftgrid secrets set NAME --var"), "--variable\n");
    EXPECT_EQ(offered_by_bash("swiftgrid serve --allow-eg"), "--allow-egress\n");
    EXPECT_EQ(offered_by_bash("swiftgrid backup copy.db --se"), "--server\n");
    EXPECT_EQ(offered_by_bash("swiftgrid bench --sec"), "--seconds\n");
    EXPECT_EQ(offered_by_bash("swiftgrid run flow"), "\n");  // the shell offers files
}

TEST(Completion, KnowsThreeShells) {
    EXPECT_THAT(run_command({"completion", "zsh"}).out, HasSubstr("bashcompinit"));
    EXPECT_THAT(run_command({"completion", "fish"}).out,
                HasSubstr("complete -c swiftgrid -n \"__swiftgrid_at 'swiftgrid secrets'\" -a "
                          "'rotate-key'"));
    EXPECT_EQ(run_command({"completion", "tcsh"}).exit_code, 2);
}

}  // namespace
}  // namespace swiftgrid::e2e
