#include "web/api/lists.hpp"

#include <array>
#include <string>

#include "web/api/task.hpp"

namespace web::api {
namespace {

using By = Order::By;

ListDevices devices_of(Asked& asked, std::optional<std::string> user) {
  constexpr std::array<std::string_view, 5> platforms{"apns", "fcm", "webpush", "webhook", "none"};
  ListDevices list{std::move(user), asked.page('d', {By::id, By::last_register}), "", {}};
  const auto platform = asked.choice(
      "platform", {platforms[0], platforms[1], platforms[2], platforms[3], platforms[4]});
  if (platform != 0) list.platform = platforms.at(platform - 1);
  list.asleep = asked.flag("asleep");
  return list;
}

}  // namespace

Plan list_users(Asked& asked) {
  return Task{ListUsers{asked.page('u', {By::id, By::aor}), asked.text("q")}};
}

Plan list_devices(Asked& asked) {
  auto user = asked.user("user");
  return Task{devices_of(asked, user.empty() ? std::nullopt : std::optional{std::move(user)})};
}

Plan list_user_devices(Asked& asked) { return Task{devices_of(asked, asked.aor())}; }

Plan list_registrations(Asked& asked) {
  return Task{ListRegistrations{asked.page('r', {By::id, By::expires_at}), asked.user("user"),
                                asked.number("device")}};
}

Plan list_pushes(Asked& asked) {
  const auto outcome = asked.choice("outcome", {"accepted", "failed", "withheld", "pending"});
  return Task{ListPushes{asked.page('p'), asked.number("device"),
                         static_cast<ListPushes::Outcome>(outcome)}};
}

Plan list_audit(Asked& asked) {
  return Task{ListAudit{asked.page('a'), asked.text("who"), asked.text("what")}};
}

}  // namespace web::api
