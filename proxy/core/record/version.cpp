#include "proxy/core/record/version.hpp"

#include <concepts>
#include <string_view>

#include "proxy/core/record/trunk_fields.hpp"

namespace proxy::record {
namespace {

/// FNV-1a, with a mark behind each field so that none can flow into the next.
class Mix {
 public:
  Mix& add(std::string_view text) {
    for (const char c : text) step(static_cast<unsigned char>(c));
    return add(static_cast<std::int64_t>(text.size()));
  }
  Mix& add(std::int64_t number) {
    for (unsigned shift = 0; shift < 64; shift += 8)
      step(static_cast<std::uint64_t>(number) >> shift & 0xFFU);
    return *this;
  }
  template <class Row>
  Mix& row(const Row& row) {
    add(row.id);
    return members(row);
  }
  template <class Row>
  Mix& members(const Row& row) {
    each_member(row, row, [this](std::string_view, Shown, const auto& member, const auto&) {
      if constexpr (std::integral<std::remove_cvref_t<decltype(member)>>) {
        add(static_cast<std::int64_t>(member));
      } else {
        add(member);
      }
    });
    return *this;
  }
  std::uint64_t value() const { return value_; }

 private:
  void step(std::uint64_t byte) { value_ = (value_ ^ byte) * 1'099'511'628'211ULL; }
  std::uint64_t value_{14'695'981'039'346'656'037ULL};
};

}  // namespace

std::uint64_t version_of(const User& user) {
  return Mix{}
      .add(user.id)
      .add(user.aor)
      .add(user.display_name)
      .add(user.ha1_md5)
      .add(user.ha1_sha256)
      .add(user.ha1_sha512_256)
      .add(user.enabled ? 1 : 0)
      .add(user.max_contacts)
      .members(user.forwarding)
      .value();
}

std::uint64_t version_of(const ApiToken& token) {
  const auto ends = token.expires_at ? token.expires_at->time_since_epoch().count() : -1;
  return Mix{}
      .add(token.id)
      .add(token.name)
      .add(token.hash)
      .add(static_cast<std::int64_t>(token.scope))
      .add(ends)
      .value();
}

std::uint64_t version_of(const Trunk& trunk) { return Mix{}.row(trunk).value(); }
std::uint64_t version_of(const Group& group) { return Mix{}.row(group).value(); }
std::uint64_t version_of(const Route& route) { return Mix{}.row(route).value(); }

}  // namespace proxy::record
