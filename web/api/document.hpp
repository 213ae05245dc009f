#pragma once
#include "web/api/message.hpp"

namespace web::api {

// schema/api.openapi.yaml as the build has put it into the program.

/// As JSON (OpenAPI 3.1).
Reply openapi_document();
/// As a page for people, and how that looks.
Reply docs_page();
Reply docs_stylesheet();

}  // namespace web::api
