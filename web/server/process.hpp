#pragma once
#include <string>

#include "web/api/answer.hpp"

namespace web::server {

/// Figures of this process and of the database at `database_path`; 0 where the system does not say.
/// `start_time` is left to the caller.
api::ProcessFigures read_process(const std::string& database_path);

}  // namespace web::server
