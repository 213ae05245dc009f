#include "app/cli/aor.hpp"

#include "app/cli/exit.hpp"
#include "proxy/core/settings/identity.hpp"
#include "proxy/runtime/log/escape.hpp"
#include "sipstack/base/text.hpp"
#include "sipstack/message/uri.hpp"

namespace app::cli {
namespace {

/// Bytes of the first code point (RFC 3629): 0 when it is cut off, overlong or a surrogate.
std::size_t rune_size(std::string_view text) {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < size) return 0;
  for (std::size_t i = 1; i < size; ++i)
    if ((byte(i) & 0xC0U) != 0x80) return 0;
  const unsigned second = byte(1);
  const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
  const bool beyond = (lead == 0xED && second > 0x9F) || (lead == 0xF4 && second > 0x8F);
  return overlong || beyond ? 0 : size;
}

bool reads_back(const std::string& aor) {
  const std::string uri = "sip:" + aor;
  const auto view = sip::UriView::parse(uri);
  return view && is_plain_text(aor) && sip::address_of_record(*view) == aor;
}

}  // namespace

std::string read_aor(std::string_view typed, const proxy::Settings& settings) {
  constexpr std::string_view scheme = "sip:";
  const auto shown = "'" + proxy::runtime::log::printable(typed.substr(0, text_bytes_max)) + "'";
  std::string uri{sip::iequals(typed.substr(0, scheme.size()), scheme) ? "" : scheme};
  uri += typed;
  if (typed.find('@') == std::string_view::npos) uri += '@' + settings.domains.front();
  const auto view = sip::UriView::parse(uri);
  const bool bare = view && view->is_sip() && view->password.empty() && view->port == 0 &&
                    view->params.text().empty() && view->headers.empty();
  auto aor = bare ? proxy::local_aor(*view, settings) : std::nullopt;
  if (bare && !aor) aor = sip::address_of_record(*view);
  // One that reads differently the second time would be another user for the server.
  if (!aor || aor->size() > text_bytes_max || !reads_back(*aor))
    throw BadUsage{shown + " is no address of record: write user@domain"};
  return *std::move(aor);
}

std::string note_on_domain(std::string_view aor, const proxy::Settings& settings) {
  const auto domain = aor.substr(aor.rfind('@') + 1);
  if (proxy::local_domain(domain, settings)) return "";
  return std::string{domain} + " is not among the domains of this server (" +
         settings.domains.front() + ", ...): add it to 'domains' or calls do not find the user";
}

bool is_plain_text(std::string_view text) {
  while (!text.empty()) {
    const auto size = rune_size(text);
    const bool control = text[0] == '\x7f' || static_cast<unsigned char>(text[0]) < 0x20;
    if (size == 0 || control) return false;
    text.remove_prefix(size);
  }
  return true;
}

}  // namespace app::cli
