#pragma once

// What the doctor says about secrets: whether a server that starts on this folder could read them.

#include "control/examination.h"
#include "control/key_file.h"
#include "store/inspector.h"

namespace swiftgrid::control {

// Tells of at most one thing. Changes nothing.
void examine_secrets(store::Inspector& inspector, const KeyPlace& keys,
                     const ExaminationListener& listener);

}  // namespace swiftgrid::control
