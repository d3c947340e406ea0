#include "sandbox/globals/globals.h"

#include <array>

namespace swiftgrid::sandbox {

std::span<const Global> globals() {
    static const std::array all = {text_global,  clone_global,   crypto_global,
                                   dates_global, results_global, url_global};
    return all;
}

}  // namespace swiftgrid::sandbox
