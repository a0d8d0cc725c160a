# The conversation of test_mysql_conversation.py in R: Rscript conversation.R FILE.cnf
library(RMySQL)

file <- commandArgs(trailingOnly = TRUE)[1]
say <- function(key, value) cat(key, "=", paste(value, collapse = ","), "\n", sep = "")
number <- function(expression) tryCatch({ expression; 0 }, error = function(error) sub(".*(Access denied|may not use|doesn't exist).*", "\\1", conditionMessage(error)))

con <- dbConnect(MySQL(), default.file = file, dbname = "samplewiki")
say("title", dbGetQuery(con, "SELECT page_title FROM page WHERE page_id = 1")$page_title)
say("denied", number(dbGetQuery(con, "SELECT user_password FROM user")))
say("unknown", number(dbGetQuery(con, "SELECT * FROM nothing_here")))
say("masked", is.na(dbGetQuery(con, "SELECT * FROM user WHERE user_id = 1")$user_password))
say("exists", dbExistsTable(con, "page"))
say("tables", any(dbListTables(con) == "page"))
say("fields", dbListFields(con, "change_tag_def"))
result <- dbSendQuery(con, "SELECT rev_id FROM revision ORDER BY rev_id")
say("part", nrow(dbFetch(result, n = 10)))
invisible(dbClearResult(result))
say("quoted", dbGetQuery(con, paste0("SELECT page_id FROM page WHERE page_namespace = 0 AND page_title = ", dbQuoteString(con, "Main_Page")))$page_id)
say("read", ncol(dbReadTable(con, "change_tag_def")))
invisible(dbDisconnect(con))
say("wrong", number(dbConnect(MySQL(), default.file = file, dbname = "samplewiki", password = "wrong")))
