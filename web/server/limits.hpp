#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace web::server {

/// Every bound on what HTTP clients may make us hold, and what happens at it.
struct HttpLimits {
  std::uint32_t header_bytes{16'384};              ///< 431, closed
  std::uint64_t body_bytes{1'048'576};             ///< 413, closed
  std::size_t connections{200};                    ///< the longest idle one goes, else 503
  std::chrono::milliseconds request_time{15'000};  ///< from the first byte to the last: cut
  std::chrono::milliseconds reply_time{15'000};    ///< for the client to take a reply: cut
  std::chrono::milliseconds idle_time{60'000};     ///< between requests: closed
  bool metrics_open{true};                         ///< else they need a token
  std::chrono::milliseconds heartbeat{10'000};  ///< between two signs of life on a stream of events
};

}  // namespace web::server
