#include "sipstack/auth/nonce.hpp"

#include <array>

#include "sipstack/auth/digest.hpp"
#include "sipstack/base/text.hpp"

namespace sip::auth {
namespace {

// A nonce is hex of: 6 bytes issue time in ms, 6 random bytes, 12 bytes of HMAC-SHA-256 over both.
constexpr std::size_t time_digits = 12;
constexpr std::size_t signed_digits = 24;
constexpr std::size_t nonce_digits = 48;

// A window that is kept over a restart: id, time of issue, highest count, those seen below it.
constexpr std::size_t kept_bytes = 28;
constexpr std::size_t kept_max = 20'000;

void put_six_bytes(std::string& out, std::uint64_t number) {
  std::array<std::uint8_t, 6> bytes{};
  for (std::size_t i = bytes.size(); i-- > 0; number >>= 8)
    bytes[i] = static_cast<std::uint8_t>(number);
  out += to_hex(bytes);
}

std::uint64_t number_of(std::string_view raw) {
  std::uint64_t number = 0;
  for (const char byte : raw) number = number << 8 | static_cast<std::uint8_t>(byte);
  return number;
}

std::string signature(std::string_view key, std::string_view signed_part) {
  const std::string mac = hmac_sha256(key, signed_part);
  return to_hex(
      {reinterpret_cast<const std::uint8_t*>(mac.data()), (nonce_digits - signed_digits) / 2});
}

}  // namespace

NonceBook::NonceBook(std::string key, WallTime boot, Settings settings)
    : key_{std::move(key)}, boot_{boot}, settings_{settings}, order_{settings.lifetime} {}

std::string NonceBook::issue(WallTime now, IdSource& ids) const {
  std::string nonce;
  nonce.reserve(nonce_digits);
  put_six_bytes(nonce, static_cast<std::uint64_t>(now.time_since_epoch().count()));
  put_six_bytes(nonce, ids.next());
  nonce += signature(key_, nonce);
  return nonce;
}

std::optional<NonceBook::Issued> NonceBook::read(std::string_view nonce) const {
  if (nonce.size() != nonce_digits) return std::nullopt;
  const auto raw = from_hex(nonce.substr(0, signed_digits));
  if (!raw) return std::nullopt;
  // A nonce is checked before it is used; its signature need not be computed twice.
  if (nonce != proven_) {
    if (!same_secret(signature(key_, nonce.substr(0, signed_digits)), nonce.substr(signed_digits)))
      return std::nullopt;
    proven_ = nonce;
  }
  const std::string_view bytes{*raw};
  const std::uint64_t time = number_of(bytes.substr(0, time_digits / 2));
  // The last 16 bits of the time and all the random ones tell nonces apart.
  const std::uint64_t random = number_of(bytes.substr(time_digits / 2));
  return Issued{WallTime{std::chrono::milliseconds{time}}, time << 48 | random};
}

bool NonceBook::expired(const Issued& issued, WallTime now) const {
  return issued.at > now || now - issued.at > settings_.lifetime;
}

NonceVerdict NonceBook::check(std::string_view nonce, WallTime now) const {
  const auto issued = read(nonce);
  if (!issued) return NonceVerdict::forged;
  if (expired(*issued, now)) return NonceVerdict::stale;
  return forgotten(*issued) ? NonceVerdict::stale : NonceVerdict::good;
}

/// True when the nonce may have been used in a window that is no longer kept.
bool NonceBook::forgotten(const Issued& issued) const {
  return (issued.at < boot_ || issued.at <= floor_) && !windows_.contains(issued.id);
}

NonceVerdict NonceBook::use(std::string_view nonce, std::uint32_t nc, Instant now) {
  while (const auto old = order_.pop_due(now.mono)) forget(*old);
  const auto issued = read(nonce);
  if (!issued) return NonceVerdict::forged;
  if (expired(*issued, now.wall) || forgotten(*issued)) return NonceVerdict::stale;
  const auto [at, first] = windows_.try_emplace(issued->id);
  Window& window = at->second;
  if (!first) return take(window, nc) ? NonceVerdict::good : NonceVerdict::replay;
  window.issued = issued->at;
  if (nc == 0)
    window = {window.issued, ~0U, ~std::uint64_t{0}};  // no count: whatever comes next is a replay
  else
    take(window, nc);
  order_.push(issued->id, now.mono);
  if (windows_.size() > settings_.windows_max)
    if (const auto oldest = order_.pop_due(TimePoint::max())) forget(*oldest);
  return NonceVerdict::good;
}

bool NonceBook::take(Window& window, std::uint32_t nc) {
  if (nc == 0) return false;
  if (nc > window.highest) {
    const std::uint32_t ahead = nc - window.highest;
    window.seen = ahead < 64 ? window.seen << ahead | 1U : 1U;
    window.highest = nc;
    return true;
  }
  const std::uint32_t behind = window.highest - nc;
  if (behind >= 64) return false;
  const std::uint64_t bit = std::uint64_t{1} << behind;
  if ((window.seen & bit) != 0) return false;
  window.seen |= bit;
  return true;
}

void NonceBook::forget(std::uint64_t id) {
  const auto at = windows_.find(id);
  floor_ = std::max(floor_, at->second.issued);
  windows_.erase(at);
}

std::string NonceBook::kept(WallTime now) const {
  std::string out;
  const auto put = [&out](std::uint64_t number, std::size_t bytes) {
    for (std::size_t i = bytes; i-- > 0;) out += static_cast<char>(number >> (8 * i) & 255);
  };
  for (const auto& [id, window] : windows_) {
    if (expired({window.issued, id}, now) || out.size() >= kept_max * kept_bytes) continue;
    put(id, 8);
    put(static_cast<std::uint64_t>(window.issued.time_since_epoch().count()), 8);
    put(window.highest, 4);
    put(window.seen, 8);
  }
  return out;
}

void NonceBook::take_up(std::string_view kept, Instant now) {
  for (; kept.size() >= kept_bytes && windows_.size() < settings_.windows_max;
       kept.remove_prefix(kept_bytes)) {
    const auto take_number = [&kept](std::size_t at, std::size_t bytes) {
      return number_of(kept.substr(at, bytes));
    };
    Window window;
    window.issued = WallTime{std::chrono::milliseconds{take_number(8, 8)}};
    window.highest = static_cast<std::uint32_t>(take_number(16, 4));
    window.seen = take_number(20, 8);
    const auto id = take_number(0, 8);
    if (windows_.try_emplace(id, window).second) order_.push(id, now.mono);
  }
}

std::size_t NonceBook::windows() const { return windows_.size(); }

}  // namespace sip::auth
