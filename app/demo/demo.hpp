#pragma once
#include <iosfwd>
#include <stop_token>
#include <string>

#include "app/demo/webhook_receiver.hpp"
#include "proxy/runtime/loop/server.hpp"

namespace app::demo {

struct DemoOptions {
  std::string data_dir;            ///< empty: a temporary folder that is removed at the end
  std::string log_level{"error"};  ///< of the server's own log, written to standard error
  std::string provider;  ///< as make_push_service(); each push is shown. Empty: the webhook, unseen
};

/// `sipwake demo`: starts a server of its own on loopback ports, plays five calls with built-in
/// phones and prints each one's ladder and verdict. Returns the exit status: 0, or 1 when a call
/// did not go as it must. Throws runtime::StartError.
int run_demo(const DemoOptions& options, std::ostream& out, std::stop_token stop = {});

/// `sipwake serve --demo`: plays the same calls once on a running server, for users demo-alice to
/// demo-erin that it creates in the first domain. When they exist already it plays nothing and
/// prints the recorded calls again. `receiver` is where settings().webhook points; null when the
/// owner has a webhook of his own, then no sleeping phone can be shown and it says so.
/// Blocks for about half a minute; `stop` ends it early. Returns as run_demo.
int play_demo(proxy::runtime::Server& server, WebhookReceiver* receiver, std::ostream& out,
              std::stop_token stop = {});

}  // namespace app::demo
