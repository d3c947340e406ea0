#pragma once

// Visits a variant with one lambda per alternative: std::visit(Overloaded{...}, variant).

namespace swiftgrid {

template <typename... Callables>
struct Overloaded : Callables... {
    using Callables::operator()...;
};

}  // namespace swiftgrid
