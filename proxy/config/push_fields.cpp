#include "proxy/config/push_fields.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

#include "proxy/config/fields.hpp"
#include "proxy/core/push/payload.hpp"
#include "sipstack/base/text.hpp"

namespace proxy::config {
namespace {

constexpr std::size_t key_file_max = 65'536;
constexpr std::size_t fallbacks_max = 8;
constexpr std::string_view https = "https://";
constexpr std::string_view http = "http://";

/// `scheme` and an authority, no path: as read_webhook_url() checks the authority.
std::string read_origin(const Value& value, std::string_view scheme) {
  auto url = value.text();
  if (!url.starts_with(scheme))
    value.fail("must be " + std::string{scheme} + "host:port, not " + in_quotes(url));
  while (url.ends_with('/') && url.size() > scheme.size()) url.pop_back();
  const auto authority = std::string_view{url}.substr(scheme.size());
  if (authority.find_first_of("/?#@") != std::string_view::npos)
    value.fail("must have nothing but a host and a port behind " + std::string{scheme});
  check_authority(value, authority);
  return url;
}

/// Everybody on the machine could read it: whoever does can push in its owner's name.
void refuse_loose_permissions(const Value& value, const std::filesystem::path& file) {
  const auto mode = loose_mode(file);
  if (mode.empty()) return;
  value.fail(in_quotes(file.string()) + " may be read by others (mode " + mode + "): chmod 600 it");
}

std::string member(const Value& value, const nlohmann::json& account, const std::string& name,
                   const std::string& file) {
  const auto found = account.find(name);
  if (found == account.end() || !found->is_string() || found->get<std::string>().empty())
    value.fail(in_quotes(file) + " has no text '" + name + "': it is no key of a service account");
  return found->get<std::string>();
}

}  // namespace

std::string read_endpoint_url(const Value& value) { return read_origin(value, https); }
std::string read_proxy(const Value& value) { return read_origin(value, http); }

std::vector<std::string> read_webhook_urls(const Value& value) {
  std::vector<std::string> urls;
  const auto entries = value.list();
  if (entries.size() > fallbacks_max)
    value.fail("may have at most " + std::to_string(fallbacks_max) + " entries");
  urls.reserve(entries.size());
  for (const auto& entry : entries) urls.push_back(read_webhook_url(entry));
  return urls;
}

std::string read_subject(const Value& value) {
  auto subject = value.text();
  const bool mail = subject.starts_with("mailto:") && subject.find('@') != std::string::npos;
  if (!mail && !(subject.starts_with(https) && subject.size() > https.size()))
    value.fail("must be an address such as \"mailto:ops@example.com\", not " + in_quotes(subject));
  for (const char c : subject)
    if (c <= ' ' || c > '~') value.fail("must be printable ASCII without blanks");
  return subject;
}

std::string read_apple_id(const Value& value) {
  constexpr std::size_t length = 10;
  auto id = value.text();
  const bool fits = id.size() == length && std::ranges::all_of(id, [](char c) {
                      return sip::is_digit(c) || (c >= 'A' && c <= 'Z');
                    });
  if (!fits) value.fail("must be 10 upper-case letters and digits, not " + in_quotes(id));
  return id;
}

std::vector<std::string> read_topics(const Value& value) {
  constexpr std::string_view voip = ".voip";
  auto topics = read_texts(value);
  if (topics.empty()) value.fail("must name at least one");
  for (auto& topic : topics) {
    const bool fits = std::ranges::all_of(
        topic, [](char c) { return sip::is_digit(c) || sip::is_alpha(c) || c == '-' || c == '.'; });
    if (!fits)
      value.fail("must be bundle ids such as \"com.example.phone\", not " + in_quotes(topic));
    if (topic.ends_with(voip) && topic.size() > voip.size())
      topic.resize(topic.size() - voip.size());
  }
  return topics;
}

std::vector<std::string> read_senders(const Value& value) {
  auto senders = read_texts(value);
  for (const auto& sender : senders)
    if (!std::ranges::all_of(sender, sip::is_digit) || sender.size() > 20)
      value.fail("must be project numbers, not " + in_quotes(sender));
  return senders;
}

std::string loose_mode(const std::filesystem::path& file) {
  constexpr mode_t others = S_IRWXG | S_IRWXO;
  struct stat facts {};
  if (::stat(file.c_str(), &facts) != 0 || !S_ISREG(facts.st_mode)) return {};
  if ((facts.st_mode & others) == 0) return {};
  std::array<char, 8> mode{};
  std::snprintf(mode.data(), mode.size(), "%04o", static_cast<unsigned>(facts.st_mode & 07777U));
  return mode.data();
}

std::string read_key_file(const Value& value, const std::filesystem::path& file) {
  refuse_loose_permissions(value, file);
  errno = 0;
  std::ifstream in{file, std::ios::binary};
  std::string text(key_file_max + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!in.is_open() || in.bad())
    value.fail(in_quotes(file.string()) + " cannot be read: " + std::strerror(errno));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.empty()) value.fail(in_quotes(file.string()) + " is empty");
  if (text.size() > key_file_max)
    value.fail(in_quotes(file.string()) + " is too large for a key (at most 64 kB)");
  return text;
}

std::string read_payload_file(const Value& value, push::Service service) {
  const auto file = value.path();
  errno = 0;
  std::ifstream in{file, std::ios::binary};
  std::string text(key_file_max + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!in.is_open() || in.bad())
    value.fail(in_quotes(file.string()) + " cannot be read: " + std::strerror(errno));
  text.resize(static_cast<std::size_t>(in.gcount()));
  const auto problem = push::template_problem(service, text);
  if (!problem.empty()) value.fail(in_quotes(file.string()) + " " + problem);
  return text;
}

void read_service_account(const Value& value, FcmSettings& fcm) {
  const auto path = value.path();
  fcm.service_account_file = path.string();
  const auto text = read_key_file(value, path);
  const auto account = nlohmann::json::parse(text, nullptr, false);
  const auto& file = fcm.service_account_file;
  if (!account.is_object()) value.fail(in_quotes(file) + " is no JSON object");
  fcm.project_id = member(value, account, "project_id", file);
  fcm.client_email = member(value, account, "client_email", file);
  fcm.private_key = member(value, account, "private_key", file);
  fcm.private_key_id = member(value, account, "private_key_id", file);
  fcm.token_uri = member(value, account, "token_uri", file);
  const bool plain = std::ranges::all_of(fcm.project_id, [](char c) {
    return sip::is_digit(c) || sip::is_alpha(c) || c == '-' || c == '.' || c == ':';
  });
  if (!plain) value.fail(in_quotes(file) + " has a 'project_id' that is none");
  if (!fcm.token_uri.starts_with(https) && !fcm.token_uri.starts_with(http))
    value.fail(in_quotes(file) + " has a 'token_uri' that is no https address");
}

}  // namespace proxy::config
