#include "web/api/home.hpp"

namespace web::api {

Reply home_page() {
  constexpr const char* page = R"(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>sipwake</title>
<h1>sipwake</h1>
<p>The SIP registrar and proxy that makes sleeping phones ring is running.</p>
<ul>
<li>The API is under <code>/api/v1</code> and needs a token:
<code>Authorization: Bearer TOKEN</code>. Make one with <code>sipwake token create --name NAME</code>.</li>
<li>Start with <code>/api/v1/status</code>, <code>/api/v1/users</code> and <code>/api/v1/calls</code>.</li>
<li><a href="/healthz">/healthz</a>, <a href="/readyz">/readyz</a> and <a href="/metrics">/metrics</a>
need no token.</li>
</ul>
</html>
)";
  return {200, "text/html; charset=utf-8", page, {}};
}

}  // namespace web::api
