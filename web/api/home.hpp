#pragma once
#include "web/api/message.hpp"

namespace web::api {

/// What stands at "/": where things are, and no data.
Reply home_page();

}  // namespace web::api
