#include "tests/unit/headers.hpp"
