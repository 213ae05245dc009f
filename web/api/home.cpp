#include "web/api/home.hpp"

#include <string>

#include "web/api/encoding.hpp"
#include "web/ui/assets.hpp"

namespace web::api {
namespace {

constexpr std::string_view plain_page = R"(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>sipwake</title>
<h1>sipwake</h1>
<p>The SIP registrar and proxy that makes sleeping phones ring is running.</p>
<p>This build is without the status page: there was no Node.js when it was made.</p>
<ul>
<li>The API is under <code>/api/v1</code> and needs a token:
<code>Authorization: Bearer TOKEN</code>. Make one with <code>sipwake token create --name NAME</code>.</li>
<li>Start with <code>/api/v1/status</code>, <code>/api/v1/users</code> and <code>/api/v1/calls</code>.</li>
<li><a href="/healthz">/healthz</a>, <a href="/readyz">/readyz</a> and <a href="/metrics">/metrics</a>
need no token.</li>
</ul>
</html>
)";

/// Everything from here and nothing else; no script or style between the tags.
constexpr std::string_view policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

Reply reply_of(const ui::Asset& asset, std::string_view accept_encoding,
               std::string_view cache_control) {
  const bool zipped = takes_gzip(accept_encoding);
  Reply reply{200, std::string{asset.type}, std::string{zipped ? asset.gzipped : asset.plain}, {}};
  if (zipped) reply.headers.emplace_back("Content-Encoding", "gzip");
  reply.headers.emplace_back("Vary", "Accept-Encoding");
  reply.headers.emplace_back("Cache-Control", cache_control);
  reply.headers.emplace_back("Content-Security-Policy", policy);
  return reply;
}

const ui::Asset* find(std::string_view name) {
  for (const auto& asset : ui::assets())
    if (asset.name == name) return &asset;
  return nullptr;
}

}  // namespace

Reply home_page(std::string_view accept_encoding) {
  if (const auto* index = find("index.html")) return reply_of(*index, accept_encoding, "no-cache");
  return {200, "text/html; charset=utf-8", std::string{plain_page}, {}};
}

std::optional<Reply> page_file(std::string_view name, std::string_view accept_encoding) {
  const auto* asset = find(std::string{"assets/"}.append(name));
  if (asset == nullptr) return std::nullopt;
  return reply_of(*asset, accept_encoding, "public, max-age=31536000, immutable");
}

}  // namespace web::api
