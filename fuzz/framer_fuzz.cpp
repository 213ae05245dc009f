#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <variant>
#include <vector>

#include "sipstack/transport/framing.hpp"
#include "tests/torture/read_everything.hpp"

namespace {

using sip::StreamFramer;

/// What comes out when the stream comes in pieces of `chunk` bytes; keep-alives are left out, as a
/// ping that is cut in two is told as a pong and a ping.
std::vector<std::string> messages(const std::string& stream, std::size_t chunk,
                                  std::optional<sip::FrameError>& error) {
  StreamFramer framer;
  std::vector<std::string> out;
  for (std::size_t at = 0; at < stream.size(); at += chunk) {
    framer.push(std::string_view{stream}.substr(at, chunk));
    while (auto item = framer.next())
      if (auto* text = std::get_if<std::string>(&*item)) out.push_back(std::move(*text));
  }
  error = framer.error();
  return out;
}

void expect(bool promise, const char* what) {
  if (promise) return;
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

}  // namespace

/// The first byte says how the rest is chopped; the messages must not depend on it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::size_t chunk = 1 + data[0];
  const std::string stream{reinterpret_cast<const char*>(data + 1), size - 1};
  std::optional<sip::FrameError> whole_error;
  std::optional<sip::FrameError> chopped_error;
  expect(messages(stream, stream.size(), whole_error) == messages(stream, chunk, chopped_error),
         "messages depend on how the stream is chopped");
  expect(whole_error.has_value() == chopped_error.has_value(), "an error depends on it");
  const auto broken = sip::torture::read_stream(stream, chunk);
  expect(broken.empty(), broken.c_str());
  return 0;
}
