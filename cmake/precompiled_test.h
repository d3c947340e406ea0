// The same for tests.
#include "precompiled.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
