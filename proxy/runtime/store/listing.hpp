#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "proxy/core/record/rows.hpp"

namespace proxy::store {

/// Where a list goes on: behind the row of this id, which was sorted by `key`.
struct Place {
  bool down{false};        ///< largest first
  bool by_key{false};      ///< by the list's other column, else by id
  std::int64_t after{0};   ///< 0: from the beginning
  std::string key{};       ///< of a text column
  std::int64_t number{0};  ///< of a number column
};

/// Users by id or address of record.
struct UserListing {
  Place place;
  std::string containing{};  ///< in the address of record or the name; in lower case
};

/// Devices by id or last REGISTER.
struct DeviceListing {
  Place place;
  std::int64_t user{0};                 ///< 0: any
  std::optional<std::string> provider;  ///< without its sandbox suffix; "": none
  std::optional<bool> asleep;
  record::WallTime now{};
};

/// Registrations by id or end, of those that have not expired.
struct RegistrationListing {
  Place place;
  std::string aor{};       ///< empty: any
  std::int64_t device{0};  ///< 0: any
  record::WallTime now{};
};

/// Pushes newest first, with ids from `least` on below `before`.
struct PushListing {
  enum class Outcome : std::uint8_t { any, accepted, failed, withheld, pending };
  std::int64_t before{0};  ///< 0: from the newest on
  std::int64_t least{0};
  std::int64_t device{0};  ///< 0: any
  Outcome outcome{Outcome::any};
};

}  // namespace proxy::store
