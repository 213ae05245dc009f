#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "proxy/runtime/push/url.hpp"

namespace proxy::runtime::push {

using Clock = std::chrono::steady_clock;
using Endpoints = std::vector<boost::asio::ip::tcp::endpoint>;

/// Where a target is. Given up at `until` with a timeout, though the system's resolver may go on.
boost::asio::awaitable<boost::system::error_code> look_up(boost::asio::io_context& io,
                                                          const Target& target,
                                                          Clock::time_point until,
                                                          Endpoints& found);

/// "connection refused", "timeout": an error as people read it.
std::string error_text(const boost::system::error_code& error);

}  // namespace proxy::runtime::push
