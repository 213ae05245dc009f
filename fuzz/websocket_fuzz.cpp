#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "sipstack/transport/websocket.hpp"

namespace {

constexpr std::size_t message_bytes = 4'096;

struct Read {
  std::vector<std::string> payloads;
  std::optional<sip::WebSocketErrc> error;
  bool mid_message{false};
  bool operator==(const Read&) const = default;
};

void expect(bool promise, const char* what) {
  if (promise) return;
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

/// What comes out when the stream comes in pieces of `chunk` bytes.
Read read(const std::string& stream, std::size_t chunk) {
  sip::WebSocketFramer framer{message_bytes};
  Read out;
  for (std::size_t at = 0; at < stream.size(); at += chunk) {
    framer.push(std::string_view{stream}.substr(at, chunk));
    while (auto item = framer.next()) {
      expect(item->payload.size() <= message_bytes, "a message above the limit");
      out.payloads.push_back(std::move(item->payload));
    }
  }
  out.error = framer.error();
  out.mid_message = framer.mid_message();
  return out;
}

}  // namespace

/// The first byte says how the rest is chopped; what comes out must not depend on it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string stream{reinterpret_cast<const char*>(data + 1), size - 1};
  expect(read(stream, stream.size()) == read(stream, 1 + std::size_t{data[0]}),
         "messages depend on how the stream is chopped");
  return 0;
}
