#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/core/record/trunk_rows.hpp"
#include "proxy/core/trunk/pattern.hpp"

namespace proxy::trunk {

/// A call that looks for its route.
struct Asked {
  std::string callee;   ///< "0301234@example.com"
  bool ours{true};      ///< the callee is in one of our domains
  std::string caller;   ///< "alice@example.com"; may be empty
  std::string trunk{};  ///< it came from; empty: a user, or a trusted peer
};

/// Where a call may go by one route.
struct Choice {
  enum class End : std::uint8_t { user, trunk, reject };
  End end{End::reject};
  std::int64_t route{0};
  std::string route_name;
  std::string to;           ///< user or trunk
  std::uint32_t status{0};  ///< of a refusal
  std::string number;       ///< the user part as the trunk gets it, escaped for a URI
  std::string set_caller;   ///< empty: as it is
  bool emergency{false};
};

/// One route that was looked at.
struct Look {
  std::int64_t route{0};
  std::string name;
  bool matches{false};
  std::string why;
};

struct Decision {
  std::vector<Choice> choices;  ///< to try in this order; after a user or a refusal there is none
  std::vector<Look> looks;      ///< when they were asked for
};

/// All routes, ready to be asked.
class RouteTable {
 public:
  enum class Explain : bool { no, yes };

  void set(std::vector<record::Route> routes, const std::vector<record::Trunk>& trunks);
  Decision decide(const Asked& asked, Explain explain = Explain::no) const;
  bool empty() const { return entries_.empty(); }

 private:
  struct Entry {
    record::Route row;
    Pattern caller;
    Pattern callee;
    bool usable{true};  ///< its trunk is there and enabled
  };
  static std::string why_not(const Entry& entry, const Asked& asked, Choice& choice);

  std::vector<Entry> entries_;  ///< in the order in which they are asked
};

/// The user part of a URI with what must be escaped there (RFC 3261 section 25.1).
std::string escape_user(std::string_view text);

}  // namespace proxy::trunk
