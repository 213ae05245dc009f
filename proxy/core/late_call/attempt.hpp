#pragma once
#include <algorithm>
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

/// One late INVITE on its way to one device: it must ring at most for an instant and then be told
/// that the call is over. The rows of the design's late-call table.
class Attempt {
 public:
  enum class State : std::uint8_t { calling, trying, cancelling, unreached, over };
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

}  // namespace proxy::late_call
