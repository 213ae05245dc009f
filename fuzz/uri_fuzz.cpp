#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "sipstack/base/text.hpp"
#include "sipstack/message/contact.hpp"
#include "sipstack/message/uri.hpp"

namespace {

void expect(bool promise, const char* what) {
  if (promise) return;
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

}  // namespace

/// One URI: its parts lie inside it, and what is made of it can be read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text{reinterpret_cast<const char*>(data), size};
  const auto uri = sip::UriView::parse(text);
  (void)sip::ContactView::parse(text);
  (void)sip::unescape(text);
  if (!uri) return 0;
  expect(text.find_first_of("\r\n \t<>\"") == std::string::npos, "a URI with a separator");
  if (!uri->is_sip()) return 0;
  expect(!uri->host.empty() && text.find(uri->host) != std::string::npos, "a host from elsewhere");
  expect(sip::ContactView::parse("<" + text + ">").has_value(), "a URI that is no Contact");
  const auto bare = sip::without_push_params(text);
  const auto again = sip::UriView::parse(bare);
  expect(again && again->host == uri->host && again->user == uri->user, "stripping changed it");
  const auto aor = sip::address_of_record(*uri);
  const auto same = sip::address_of_record(*again);
  expect(aor == same, "stripping changed the address of record");
  return 0;
}
