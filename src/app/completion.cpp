#include "app/completion.h"

#include <functional>
#include <vector>

#include <fmt/format.h>

namespace swiftgrid::app {
namespace {

using Visit = std::function<void(const std::string& path, const CLI::App& command)>;

// Every command with the words that lead to it: "swiftgrid", "swiftgrid secrets", ...
void visit_commands(const CLI::App& command, const std::string& path, const Visit& visit) {
    visit(path, command);
    for (const CLI::App* each : command.get_subcommands({}))
        visit_commands(*each, path + " " + each->get_name(), visit);
}

// Commands and long options, with their help.
std::vector<std::pair<std::string, std::string>> words_of(const CLI::App& command) {
    std::vector<std::pair<std::string, std::string>> words;
    for (const CLI::App* each : command.get_subcommands({}))
        words.emplace_back(each->get_name(), each->get_description());
    for (const CLI::Option* option : command.get_options()) {
        for (const std::string& name : option->get_lnames())
            words.emplace_back("--" + name, option->get_description());
    }
    return words;
}

// Follows the words that were typed as far as they are commands.
std::string bash_script(const CLI::App& app) {
    std::string steps;
    std::string choices;
    visit_commands(app, app.get_name(), [&](const std::string& path, const CLI::App& command) {
        for (const CLI::App* each : command.get_subcommands({}))
            steps += fmt::format("            \"{} {}\") path=\"$path $word\" ;;\n", path,
                                 each->get_name());
        std::string words;
        for (const auto& [word, help] : words_of(command)) words += word + " ";
        choices += fmt::format("        \"{}\") words=\"{}\" ;;\n", path, words);
    });
    return fmt::format(R"(_{0}() {{
    local path={0} word words=
    for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
        case "$path $word" in
{1}        esac
    done
    case $path in
{2}    esac
    COMPREPLY=($(compgen -W "$words" -- "${{COMP_WORDS[COMP_CWORD]}}"))
}}
complete -o default -F _{0} {0}
)",
                       app.get_name(), steps, choices);
}

// zsh reads what is written for bash.
std::string zsh_script(const CLI::App& app) {
    return "autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n" +
           bash_script(app);
}

// In single quotes of fish, only these two are more than themselves.
std::string quoted(const std::string& text) {
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'' || c == '\\') out += '\\';
        out += c;
    }
    return out + "'";
}

std::string fish_script(const CLI::App& app) {
    std::string steps;
    std::string choices;
    visit_commands(app, app.get_name(), [&](const std::string& path, const CLI::App& command) {
        for (const CLI::App* each : command.get_subcommands({}))
            steps += fmt::format("            case {}\n                set path \"$path $word\"\n",
                                 quoted(path + " " + each->get_name()));
        for (const auto& [word, help] : words_of(command))
            choices += fmt::format("complete -c {} -n \"__{}_at {}\" -a {} -d {}\n", app.get_name(),
                                   app.get_name(), quoted(path), quoted(word), quoted(help));
    });
    return fmt::format(R"(function __{0}_at
    set -l path {0}
    for word in (commandline -opc)[2..-1]
        switch "$path $word"
{1}        end
    end
    test "$path" = "$argv[1]"
end
{2})",
                       app.get_name(), steps, choices);
}

}  // namespace

std::string completion_script(const CLI::App& app, const std::string& shell) {
    if (shell == "fish") return fish_script(app);
    return shell == "zsh" ? zsh_script(app) : bash_script(app);
}

}  // namespace swiftgrid::app
