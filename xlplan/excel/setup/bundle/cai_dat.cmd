@echo off
rem Installs xlplan for the user who starts this. Needs neither internet nor administrator rights.
chcp 65001 >nul
setlocal EnableExtensions DisableDelayedExpansion
title xlplan
set "PATH=%SystemRoot%\System32;%SystemRoot%;%PATH%"
set "PYTHONPATH="
set "PYTHONHOME="
set "PYTHONUTF8=1"
set "PIP_CONFIG_FILE=nul"
set "PIP_DISABLE_PIP_VERSION_CHECK=1"
pushd "%~dp0"
if errorlevel 1 goto no_folder
if not exist "wheels\xlplan-*.whl" goto not_unpacked
tasklist /nh /fi "imagename eq EXCEL.EXE" 2>nul | find "EXCEL.EXE" >nul
if not errorlevel 1 goto excel_open

call :find_home
if not defined XLPLAN_HOME goto no_home
if not exist "%XLPLAN_HOME%\" mkdir "%XLPLAN_HOME%"
if not exist "%XLPLAN_HOME%\" goto no_home
if defined XLPLAN_SHARED icacls "%XLPLAN_HOME%" /inheritance:r /grant:r "*%USER_ID%:(OI)(CI)F" "*S-1-5-18:(OI)(CI)F" "*S-1-5-32-544:(OI)(CI)F" >nul
if errorlevel 1 goto no_home
echo Đang cài xlplan vào %XLPLAN_HOME% ...

if exist "python\python.exe" goto embedded

set "BASE="
for %%K in (HKCU HKLM) do if not defined BASE call :registered %%K
if defined BASE goto environment
echo Bước 1: cài Python cho riêng người dùng này, khoảng một phút ...
start "" /wait "python\{{FILE}}" /quiet InstallAllUsers=0 "TargetDir=%XLPLAN_HOME%\python" Include_launcher=0 InstallLauncherAllUsers=0 Include_pip=1 Include_test=0 Include_doc=0 Include_dev=0 Include_tcltk=0 Shortcuts=0 AssociateFiles=0 PrependPath=0
set "BASE=%XLPLAN_HOME%\python\python.exe"
if not exist "%BASE%" goto no_python

:environment
echo Bước 2: tạo môi trường riêng cho xlplan ...
"%BASE%" -m venv --clear "%XLPLAN_HOME%\env"
if errorlevel 1 goto no_python
set "ROOT=%XLPLAN_HOME%\env"
set "PYTHON=%ROOT%\Scripts\python.exe"
set "PIP=-m pip"
goto packages

:embedded
echo Bước 1: chép Python ...
if exist "%XLPLAN_HOME%\python\" rmdir /s /q "%XLPLAN_HOME%\python"
xcopy /e /i /q /y "python" "%XLPLAN_HOME%\python" >nul
if errorlevel 1 goto no_python
set "ROOT=%XLPLAN_HOME%\python"
set "PYTHON=%ROOT%\python.exe"
for %%W in (wheels\pip-*.whl) do set "PIP=%%W\pip"

:packages
echo Bước 3: cài các gói trong thư mục wheels ...
"%PYTHON%" %PIP% install --quiet --no-index --no-deps --find-links wheels --no-warn-script-location -r goi.txt
if errorlevel 1 goto no_packages
if exist "dll\" copy /y "dll\*.dll" "%ROOT%" >nul
if errorlevel 1 goto no_packages
echo Bước 4: gắn add-in vào Excel ...
"%PYTHON%" -m xlplan addin install --home "%XLPLAN_HOME%" --addin "xlplan.xlam"
if errorlevel 1 goto no_addin
echo Bước 5: kiểm tra ...
"%PYTHON%" -m xlplan addin doctor
echo.
echo Đã cài xong. Mở Excel: trên thanh lệnh có thẻ “Kế hoạch giảm nghèo”.
goto end

:no_folder
echo LỖI: không mở được thư mục chứa tệp này. Chép cả thư mục vào ổ đĩa của máy rồi chạy lại.
goto failed
:not_unpacked
echo LỖI: không thấy thư mục wheels. Giải nén toàn bộ bộ cài vào một thư mục rồi chạy lại cai_dat.cmd.
goto failed
:excel_open
echo LỖI: Excel đang mở. Lưu các sổ tính, đóng mọi cửa sổ Excel rồi chạy lại.
goto failed
:no_home
echo LỖI: không tạo được thư mục cài đặt. Nhờ người quản trị máy, xem mục 5 của HUONG_DAN.txt.
goto failed
:no_python
echo LỖI: không cài được Python. Xem mục 5 của HUONG_DAN.txt (phần mềm diệt vi rút, chính sách của cơ quan).
goto failed
:no_packages
echo LỖI: không cài được các gói. Kiểm tra bộ cài có đủ tệp như noi_dung.json, rồi xem mục 5 của HUONG_DAN.txt.
goto failed
:no_addin
echo LỖI: không gắn được add-in vào Excel; lý do ở dòng trên. Xem mục 5 của HUONG_DAN.txt.
goto failed

:registered
for /f "tokens=2,*" %%a in ('reg query "%1\Software\Python\PythonCore\{{KEY}}\InstallPath" /v ExecutablePath 2^>nul ^| find "REG_SZ"') do if exist "%%b" set "BASE=%%b"
exit /b 0

{{FIND_HOME}}
:failed
popd
pause
exit /b 1

:end
popd
pause
exit /b 0
