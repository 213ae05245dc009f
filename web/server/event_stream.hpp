#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <string>

#include "web/api/plan.hpp"
#include "web/server/event_hub.hpp"
#include "web/server/limits.hpp"
#include "web/server/wire.hpp"

namespace web::server {

/// Sends `head` and then events until the client goes, is too slow, `admitted` says no, or the
/// stream is closed and `pause` cancelled.
boost::asio::awaitable<void> stream_events(Wire& wire, boost::asio::steady_timer& pause,
                                           EventHub& hub, api::Watch watch, std::string head,
                                           std::function<bool()> admitted, HttpLimits limits);

}  // namespace web::server
