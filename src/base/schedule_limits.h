#pragma once

#include "base/limits.h"
