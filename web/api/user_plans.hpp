#pragma once
#include "web/api/asked.hpp"
#include "web/api/plan.hpp"

namespace web::api {

// What is asked of one user, one handler a route of the API.

Plan read_user(Asked& asked);
Plan add_user(Asked& asked);
Plan change_user(Asked& asked);
Plan remove_user(Asked& asked);

}  // namespace web::api
