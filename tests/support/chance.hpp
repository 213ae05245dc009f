#pragma once
#include <cstddef>
#include <limits>
#include <string>

#include "proxy/core/engine/action.hpp"
#include "sipstack/base/time.hpp"
#include "tests/support/fake_push.hpp"

namespace test {

struct Line;

/// What becomes of one message on its way. A stream keeps its order whatever the delay, and loses
/// nothing but by breaking.
struct Passage {
  sip::Duration delay{0};
  int copies{1};  ///< datagrams: 0 is lost, 2 is doubled
  sip::Duration apart{0};
  std::size_t keep{std::numeric_limits<std::size_t>::max()};  ///< bytes of it that arrive
  bool breaks{false};  ///< the stream ends after `keep` bytes
  bool told{true};     ///< the server hears of the end of the stream
  bool crash{false};   ///< kill -9 when the server has met it
};

/// What becomes of one commit.
struct CommitFate {
  enum class Crash : std::uint8_t { none, before, after };
  sip::Duration delay{0};
  bool ok{true};
  int times{1};  ///< how often the server is told
  Crash crash{Crash::none};
};

/// Decides over everything that passes between the server and the world around it. This one leaves
/// all as it is.
class Chance {
 public:
  virtual ~Chance() = default;
  virtual Passage message(const Line& line, const std::string& bytes) {
    (void)line, (void)bytes;
    return {};
  }
  virtual Passage delivery(const Line& line, const std::string& bytes) {
    (void)line, (void)bytes;
    return {};
  }
  /// A datagram to where nobody listens: an error comes back.
  virtual bool unreachable(const Line& line) {
    (void)line;
    return false;
  }
  virtual CommitFate commit() { return {}; }
  /// `planned`: how the push service would answer.
  virtual PushAnswer push(const proxy::Push& push, PushAnswer planned) {
    (void)push;
    return planned;
  }
  /// How many bytes of a stream come next, of `left`. Nothing at 0: messages come whole.
  virtual std::size_t piece(std::size_t left) {
    (void)left;
    return 0;
  }
};

}  // namespace test
