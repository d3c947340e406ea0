#pragma once

// Scripts that complete our commands and options in a shell, written from what the parser knows.

#include <string>

#include <CLI/CLI.hpp>

namespace swiftgrid::app {

// Requires "bash", "zsh" or "fish". File names are completed where nothing of ours begins so.
std::string completion_script(const CLI::App& app, const std::string& shell);

}  // namespace swiftgrid::app
