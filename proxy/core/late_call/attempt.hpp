#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "sipstack/base/time.hpp"

namespace proxy::late_call {

/// What an attempt asks its owner to do.
enum class Effect : std::uint8_t {
  nothing,
  cancel,       ///< send CANCEL
  ack_and_bye,  ///< the device accepted: ACK, then BYE; the attempt is over
  done,         ///< the device knows; the attempt is over
  unreached,    ///< try again on a newer flow or at the next REGISTER
};

/// What an attempt may meet.
enum class AttemptInput : std::uint8_t {
  trying,       ///< 100
  provisional,  ///< any other 1xx
  accepted,     ///< 2xx
  unavailable,  ///< 503 or 408
  refused,      ///< any other failure
  lost,         ///< the transaction timed out or its flow closed
  silent,       ///< the deadline passed
};
inline constexpr std::size_t attempt_inputs = 7;

constexpr AttemptInput input_of(int status) {
  if (status == 100) return AttemptInput::trying;
  if (status < 200) return AttemptInput::provisional;
  if (status < 300) return AttemptInput::accepted;
  return status == 503 || status == 408 ? AttemptInput::unavailable : AttemptInput::refused;
}

/// One late INVITE on its way to one device: it must ring at most for an instant and then be told
/// that the call is over. The rows of the design's late-call table.
class Attempt {
 public:
  enum class State : std::uint8_t { calling, trying, cancelling, unreached, over };
  static constexpr std::size_t states = 5;
  static constexpr sip::Duration silence{4'000};

  explicit Attempt(sip::TimePoint now) : deadline_{now + silence} {}

  State state() const { return state_; }
  std::optional<sip::TimePoint> next_deadline() const { return deadline_; }

  Effect on_response(int status, sip::TimePoint now) {
    if (state_ == State::over) return status / 100 == 2 ? Effect::ack_and_bye : Effect::nothing;
    if (status == 100) {
      if (state_ == State::calling || state_ == State::unreached) {
        state_ = State::trying;
        deadline_ = now + silence;
      }
      return Effect::nothing;
    }
    if (status < 200) return cancel();
    deadline_.reset();
    if (status < 300) {
      state_ = State::over;
      return Effect::ack_and_bye;
    }
    if ((status == 503 || status == 408) && state_ != State::cancelling) return unreached();
    state_ = State::over;
    return Effect::done;
  }

  /// The transaction timed out or its flow closed.
  Effect on_lost() {
    deadline_.reset();
    if (state_ == State::calling || state_ == State::trying) return unreached();
    if (state_ != State::cancelling) return Effect::nothing;
    state_ = State::over;
    return Effect::done;
  }

  Effect on_deadline(sip::TimePoint now) {
    if (!deadline_ || now < *deadline_) return Effect::nothing;
    return state_ == State::trying ? cancel() : unreached();
  }

 private:
  Effect cancel() {
    if (state_ == State::cancelling) return Effect::nothing;
    state_ = State::cancelling;
    deadline_.reset();
    return Effect::cancel;
  }
  /// The transaction stays: a device that is heard after all gets its CANCEL.
  Effect unreached() {
    deadline_.reset();
    const bool news = state_ != State::unreached;
    state_ = State::unreached;
    return news ? Effect::unreached : Effect::nothing;
  }

  State state_{State::calling};
  std::optional<sip::TimePoint> deadline_;
};

/// How often an attempt in each state met each input.
using AttemptUses = std::array<std::array<std::uint64_t, attempt_inputs>, Attempt::states>;

/// Counts what an attempt meets, before it does.
inline void count(AttemptUses& uses, const Attempt& attempt, AttemptInput input) {
  ++uses[static_cast<std::size_t>(attempt.state())][static_cast<std::size_t>(input)];
}

}  // namespace proxy::late_call
