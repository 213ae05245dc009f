#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "app/demo/push_body.hpp"
#include "proxy/core/settings/settings.hpp"

namespace app::demo {

/// What wakes the demo's mobiles: a push service that runs inside the program, on a thread of its
/// own, made before the server starts so that settings can point at it. It outlives the server.
class PushService {
 public:
  /// Called on the service's thread for every push; an empty function: nobody listens. When
  /// on_push() returns, the handler before is not running any more.
  using Handler = std::function<void(const PushSeen&)>;

  PushService() = default;
  PushService(const PushService&) = delete;
  PushService& operator=(const PushService&) = delete;
  virtual ~PushService() = default;

  /// Makes a server push through it. `settings.data_dir` must be there: certificates go into it.
  virtual void configure(proxy::Settings& settings) = 0;
  /// Who it plays: "Apple".
  virtual std::string_view name() const = 0;
  /// What the server calls phones that it wakes, in lower case: "iphone".
  virtual std::string_view phone() const = 0;
  /// How this user's mobile is known to it: PushSeen::prid.
  virtual std::string token(std::string_view user) = 0;
  /// What the mobile's REGISTER says of it: parameters of the Contact URI.
  virtual std::string coordinates(std::string_view user) = 0;
  virtual void on_push(Handler handler) = 0;
};

/// "webhook", "apns", "fcm" or "webpush". The last three check what they are sent as the real ones
/// do. Null for any other name. Throws boost::system::system_error.
std::unique_ptr<PushService> make_push_service(std::string_view provider);

}  // namespace app::demo
