#include "proxy/config/capture_keys.hpp"

#include <array>
#include <limits>

#include "proxy/config/fields.hpp"

namespace proxy::config {
namespace {

using ConfigKey = Key<Config>;

constexpr std::size_t text_most = 255;

std::string read_short(const Value& value) {
  auto text = value.text();
  if (text.empty()) value.fail("must not be empty");
  if (text.size() > text_most) value.fail("may have at most 255 characters");
  return text;
}

std::string server_text(const Settings::Capture& capture) {
  if (capture.host.empty()) return "";
  const auto address = sip::Address::parse(capture.host);
  const auto host = address ? sip::host_text(*address) : capture.host;
  return in_quotes(host + ':' + std::to_string(capture.port));
}

const std::array keys{
    ConfigKey{"hep", "Where they go, as HEP version 3 over UDP. The port may be left out.",
              R"("homer.example.com:9060")",
              [](const Value& v, Config& c) { read_capture_server(v, c.settings.capture); },
              [](const Config& c) { return server_text(c.settings.capture); }},
    ConfigKey{"id", "Which capture agent this is.", "",
              [](const Value& v, Config& c) {
                c.settings.capture.id = static_cast<std::uint32_t>(
                    v.number(0, std::numeric_limits<std::uint32_t>::max()));
              },
              [](const Config& c) { return std::to_string(c.settings.capture.id); }},
    ConfigKey{"name", "And what it is called.", "",
              [](const Value& v, Config& c) { c.settings.capture.name = read_short(v); },
              [](const Config& c) { return in_quotes(c.settings.capture.name); }},
    ConfigKey{"key", "What the server wants to see in every packet; it can be read on the way.",
              R"("word")",
              [](const Value& v, Config& c) { c.settings.capture.key = read_short(v); },
              [](const Config& c) {
                return c.settings.capture.key.empty() ? "" : in_quotes(c.settings.capture.key);
              }},
};

}  // namespace

std::span<const ConfigKey> capture_keys() { return keys; }

}  // namespace proxy::config
