#include "proxy/config/config.hpp"
#include "proxy/config/duration.hpp"
#include "proxy/config/fields.hpp"
#include "proxy/config/push_fields.hpp"

namespace proxy::config {

std::vector<std::string> warnings(const Settings& settings) {
  std::vector<std::string> lines;
  if (!settings.https() && !settings.http_address.address.is_loopback())
    lines.push_back("http.address " + settings.http_address.to_string() +
                    " is plain HTTP beyond this machine, as http.tls says: tokens can be read on "
                    "the way unless a TLS proxy is before it");
  for (const auto& peer : settings.auth.trusted)
    if (!peer.transport || *peer.transport == sip::Transport::udp)
      lines.push_back("auth.trusted \"" + to_text(peer) +
                      "\" is trusted over UDP, where a source address can be forged");
  if (settings.pbx && settings.pbx->transport == sip::Transport::udp)
    lines.push_back("pbx.address \"" + to_text(*settings.pbx) +
                    "\" is trusted over UDP, where a source address can be forged");
  if (settings.webhook && !settings.webhook->proxy.empty() &&
      !settings.webhook->url.starts_with("https://"))
    lines.push_back("push.webhook.proxy is not asked, since push.webhook.url is not https");
  const auto capture = sip::Address::parse(settings.capture.host);
  if (!settings.capture.host.empty() && !(capture && capture->is_loopback()))
    lines.push_back("capture.hep " + in_quotes(settings.capture.host) +
                    " gets every SIP message in plain text, what came over TLS too");
  if (settings.connections.idle_timeout < settings.registrar.max_expires)
    lines.push_back("connections.idle_timeout " + to_text(settings.connections.idle_timeout) +
                    " is shorter than registrar.max_expires " +
                    to_text(settings.registrar.max_expires) +
                    ": a phone that sends no keep-alives is cut off before it registers again");
  return lines;
}

std::vector<std::string> warnings(const Config& config) {
  auto lines = warnings(config.settings);
  const auto& file = config.webhook_secret_file;
  const auto mode = file.empty() ? std::string{} : loose_mode(file);
  if (!mode.empty())
    lines.push_back("push.webhook.secret_file " + in_quotes(file.string()) +
                    " may be read by others (mode " + mode + "): chmod 600 it");
  return lines;
}

}  // namespace proxy::config
