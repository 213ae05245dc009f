#pragma once
#include <cstdint>

#include "proxy/core/record/rows.hpp"

namespace proxy::record {

/// Changes whenever anything of the row does, its secrets included, and tells nothing of them. The
/// same in every process.
std::uint64_t version_of(const User& user);
std::uint64_t version_of(const Trunk& trunk);
std::uint64_t version_of(const Route& route);
std::uint64_t version_of(const Group& group);
/// The same, but for when it was last used.
std::uint64_t version_of(const ApiToken& token);

}  // namespace proxy::record
