#pragma once
#include "web/api/asked.hpp"
#include "web/api/plan.hpp"

namespace web::api {

// What is asked of hunt groups, one handler a route of the API.

Plan list_groups(Asked& asked);
Plan read_group(Asked& asked);
Plan add_group(Asked& asked);
Plan change_group(Asked& asked);
Plan remove_group(Asked& asked);

}  // namespace web::api
