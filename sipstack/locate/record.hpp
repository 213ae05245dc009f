#pragma once
#include <chrono>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sipstack/transport/endpoint.hpp"

namespace sip::locate {

/// What a name is asked for. `address` is A and AAAA together.
enum class Kind : std::uint8_t { naptr, srv, address };
std::string_view to_string(Kind kind);  ///< "NAPTR"

struct Question {
  std::string name;  ///< canonical
  Kind kind{Kind::address};
  auto operator<=>(const Question&) const = default;
};

/// RFC 3403 section 4.1.
struct Naptr {
  std::uint16_t order{0};
  std::uint16_t preference{0};
  std::string flags;
  std::string service;
  std::string regexp;
  std::string replacement;
  bool operator==(const Naptr&) const = default;
};
/// RFC 2782. The target "." means that there is no such service.
struct Srv {
  std::uint16_t priority{0};
  std::uint16_t weight{0};
  std::uint16_t port{0};
  std::string target;
  bool operator==(const Srv&) const = default;
};
struct Alias {  ///< CNAME
  std::string target;
  bool operator==(const Alias&) const = default;
};

/// As the server sent it: no name in here is checked yet.
struct Record {
  std::string owner;
  std::chrono::seconds ttl{0};
  std::variant<Address, Naptr, Srv, Alias> data;
  bool operator==(const Record&) const = default;
};

/// Why there is no answer. `none` beside no record: the name is there, but nothing of that kind.
enum class Failure : std::uint8_t {
  none,
  no_name,    ///< NXDOMAIN
  refused,    ///< the servers do not want to or cannot say
  malformed,  ///< what came is no answer
  timeout,    ///< nobody answered
};
std::string_view to_string(Failure failure);

struct Answer {
  std::vector<Record> records;
  Failure failure{Failure::none};
  bool operator==(const Answer&) const = default;
};

}  // namespace sip::locate
