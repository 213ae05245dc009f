#include "proxy/core/engine/asserted_identity.hpp"

#include <algorithm>
#include <string>

#include "proxy/core/settings/identity.hpp"
#include "proxy/core/trunk/target.hpp"
#include "sipstack/base/text.hpp"

namespace proxy {

using sip::HeaderName;
using sip::Message;

namespace {

/// RFC 3323 section 4.2, RFC 3325 section 9.3.
bool hides_identity(const Message& request) {
  for (const sip::Header& h : request.headers()) {
    if (h.name != HeaderName::privacy) continue;
    std::string_view rest = request.value(h);
    while (!rest.empty()) {
      const auto end = std::min(rest.find_first_of(";,"), rest.size());
      if (sip::iequals(sip::trim(rest.substr(0, end)), "id")) return true;
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return false;
}

std::string uri_of_aor(std::string_view aor) {
  const auto at = aor.rfind('@');
  return "sip:" + trunk::escape_user(aor.substr(0, at)) + std::string{aor.substr(at)};
}

}  // namespace

bool is_believed(const Core& core, const Sender& from) {
  const auto* trunk = core.trunks.trunk({from.trunk, {}});
  return trunk ? trunk->asserts_identity : admission::is_trusted(from.flow, *core.settings);
}

bool tells_identity(const Core& core, const Sender& from) {
  return is_believed(core, from) && !hides_identity(from.request);
}

void put_identity(sip::Rewrite& edit, const Core& core, const Sender& from, const Receiver& to) {
  const bool believed = is_believed(core, from);
  const bool hidden = to.is_phone && hides_identity(from.request);
  const bool told = to.trunk ? to.trunk->asserts_identity : !hidden;
  const bool own = to.trunk && told && !to.set_caller.empty();
  if (!believed || !told || own)
    edit.remove(HeaderName::p_asserted_identity).remove(HeaderName::remote_party_id);
  if (!to.trunk || !told) return;
  if (own) {
    const bool whole = to.set_caller.find('@') != std::string::npos;
    const std::string domain = whole ? "" : '@' + trunk::domain_of(*to.trunk);
    edit.append(HeaderName::p_asserted_identity,
                "<sip:" + std::string{to.set_caller} + domain + ">");
  } else if (!believed && !from.aor.empty()) {
    edit.append(HeaderName::p_asserted_identity, "<" + uri_of_aor(from.aor) + ">");
  }
  if (own || !believed) edit.remove(HeaderName::p_preferred_identity);
}

}  // namespace proxy
