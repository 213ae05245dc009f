#include "proxy/runtime/push/gateways.hpp"

#include <stdexcept>

#include "proxy/runtime/push/apns_gateway.hpp"
#include "proxy/runtime/push/fcm_gateway.hpp"
#include "proxy/runtime/push/web_push_gateway.hpp"
#include "proxy/runtime/push/webhook_client.hpp"

namespace proxy::runtime::push {

using proxy::push::Service;

Gateways::Gateways(boost::asio::io_context& io, const Settings& settings, const Told& told)
    : done_{told.done} {
  if (settings.webhook)
    of(Service::webhook) =
        std::make_unique<WebhookClient>(io, webhook_options(*settings.webhook), done_, told.health);
  if (!settings.apns.empty()) {
    ApnsGateway::Options options;
    options.teams = settings.apns;
    options.data_dir = settings.data_dir;
    of(Service::apns) = std::make_unique<ApnsGateway>(io, options, done_, told.health);
  }
  if (!settings.fcm.empty())
    of(Service::fcm) = std::make_unique<FcmGateway>(io, settings.fcm, done_, told.health);
  if (settings.webpush)
    of(Service::webpush) =
        std::make_unique<WebPushGateway>(io, *settings.webpush, done_, told.health);
}

void Gateways::start() {
  for (auto& gateway : gateways_)
    if (gateway) gateway->start();
}

void Gateways::push(Push push) {
  const auto& gateway = of(push.service);
  if (!gateway)
    return done_({push.id, PushOutcome::refused, "this push service is not configured"});
  gateway->push(std::move(push));
}

/// Only one of them knows it.
void Gateways::drop(PushId id) {
  for (auto& gateway : gateways_)
    if (gateway) gateway->drop(id);
}

void Gateways::stop() {
  for (auto& gateway : gateways_)
    if (gateway) gateway->stop();
}

std::vector<view::Provider> Gateways::health() const {
  std::vector<view::Provider> all;
  for (const auto& gateway : gateways_) {
    if (!gateway) continue;
    auto some = gateway->health();
    all.insert(all.end(), std::make_move_iterator(some.begin()),
               std::make_move_iterator(some.end()));
  }
  return all;
}

std::vector<std::string> problems(const Settings& settings) {
  boost::asio::io_context io;
  Settings wanted = settings;
  // Its key is still to be made, and that is the server's to do.
  if (wanted.webpush && wanted.webpush->key.empty()) wanted.webpush.reset();
  try {
    const Gateways tried{io, wanted, {[](const PushDone&) {}, {}}};
  } catch (const std::runtime_error& error) {
    return {error.what()};
  }
  return {};
}

}  // namespace proxy::runtime::push
