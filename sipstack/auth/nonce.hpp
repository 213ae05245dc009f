#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "sipstack/base/bytes.hpp"
#include "sipstack/base/deadline_queue.hpp"
#include "sipstack/base/ids.hpp"
#include "sipstack/base/time.hpp"

namespace sip::auth {

enum class NonceVerdict : std::uint8_t {
  good,
  stale,   ///< ours, but expired, or from before the last start and its window was not kept
  replay,  ///< this nc was used before, or lies below the window: answer with stale=true
  forged,  ///< not ours
};

/// Nonces that carry their own proof: issue time and a signature, so that none has to be kept
/// until it is used. What is kept is a 64-wide window of nonce counts per used nonce (RFC 7616
/// section 3.4 "nc"). Nonces are not bound to a source address: phones move.
class NonceBook {
 public:
  struct Settings {
    Duration lifetime{std::chrono::minutes{10}};
    std::size_t windows_max{200'000};  ///< the oldest window goes first; its nonce is then stale
  };
  /// `key`: 32 secret bytes. `boot`: wall time of this start; older nonces are stale.
  NonceBook(std::string key, WallTime boot, Settings settings);

  std::string issue(WallTime now, IdSource& ids) const;
  /// Checks signature and age, and takes `nc` (0: no qop, allowed once per nonce).
  NonceVerdict use(std::string_view nonce, std::uint32_t nc, Instant now);
  /// Signature and age only; changes nothing.
  NonceVerdict check(std::string_view nonce, WallTime now) const;
  std::size_t windows() const;

  /// The windows of nonces that are good at `now`, for take_up() after a restart.
  std::string kept(WallTime now) const;
  /// Nonces of before the start are good again when their windows are in `kept`.
  void take_up(std::string_view kept, Instant now);

 private:
  /// What a nonce of ours says.
  struct Issued {
    WallTime at;
    std::uint64_t id;  ///< tells nonces apart
  };
  struct Window {
    WallTime issued{};
    std::uint32_t highest{0};
    std::uint64_t seen{0};  ///< bit i: highest - i was used
  };

  std::optional<Issued> read(std::string_view nonce) const;
  bool expired(const Issued& issued, WallTime now) const;
  bool forgotten(const Issued& issued) const;
  static bool take(Window& window, std::uint32_t nc);
  void forget(std::uint64_t id);

  std::string key_;
  mutable std::string proven_;  // the last nonce whose signature was right
  WallTime boot_;
  Settings settings_;
  std::unordered_map<std::uint64_t, Window> windows_;
  DelayLine<std::uint64_t> order_;   // windows, the oldest first
  WallTime floor_{WallTime::min()};  // windows of nonces issued up to here may have been forgotten
};

}  // namespace sip::auth
