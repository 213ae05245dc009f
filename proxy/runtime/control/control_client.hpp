#pragma once
#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>

#include "proxy/core/engine/event.hpp"
#include "proxy/core/view/view.hpp"
#include "proxy/runtime/control/question.hpp"

namespace proxy::runtime::control {

/// The server that was there is not there any more, or does not answer.
class ControlError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A connection to the server that serves a data folder. Blocks its thread.
class ControlClient {
 public:
  /// Nothing when no server listens there. Throws ControlError when one may but must not be talked
  /// to (another user's).
  static std::optional<ControlClient> connect(const std::string& data_dir);

  ControlClient(ControlClient&& other) noexcept;
  ControlClient& operator=(ControlClient&&) = delete;
  ~ControlClient();

  /// view::Done, or view::Refused with the server's reason. Throws ControlError when no answer
  /// comes within 30 s; what became of the change is not known then.
  view::Answer change(const Change& change);
  /// What the API answers. Throws ControlError as above.
  Told ask(const Question& question);

 private:
  explicit ControlClient(int descriptor) : descriptor_{descriptor} {}
  void send(const std::string& line);
  std::string receive();

  int descriptor_;
  std::string received_;
};

}  // namespace proxy::runtime::control
